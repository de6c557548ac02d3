"""What a user touches: the command line. Faces read, call and render; they hold no numbers of their own."""
