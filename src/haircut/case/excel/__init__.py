"""A case as an Excel workbook: the same fields, read and written without loss.

`lines` says which rows a sheet has, `template` writes them, `safe_file` opens what a user sends, `reader` makes
a case of it. xlsxwriter and python-calamine are imported when they are needed.
"""
