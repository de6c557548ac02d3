// Pages with a job on its way: its progress in place, and the page again once it is over. Uploads are sent from here.
"use strict";
(() => {
  const shown = [...document.querySelectorAll("[data-job]")];
  async function follow(section) {
    const words = section.querySelector("[data-words]");
    const bar = section.querySelector("progress");
    for (;;) {
      await new Promise((resume) => setTimeout(resume, 500));
      try {
        const response = await fetch("/jobs/" + section.dataset.job + ".json", { headers: { accept: "application/json" } });
        const job = await response.json();
        if (!response.ok || ["done", "failed", "cancelled"].includes(job.state)) return location.reload();
        if (job.total) {
          bar.max = job.total;
          bar.value = job.done;
        }
        const part = job.total ? ", " + job.done.toLocaleString("en") + " of " + job.total.toLocaleString("en") : "";
        words.textContent = job.what + part + (job.seconds === null ? "" : " · " + Math.round(job.seconds) + " s");
      } catch (error) {
        words.textContent = "The server does not answer; asked again.";
      }
    }
  }
  for (const section of shown) follow(section);

  const upload = document.getElementById("upload");
  if (upload)
    upload.addEventListener("submit", async (event) => {
      event.preventDefault();
      const file = upload.querySelector("input[type=file]").files[0];
      const status = upload.querySelector("[role=status]");
      if (!file) return void (status.textContent = "Choose a file first.");
      status.textContent = "Reading " + file.name + " …";
      const response = await fetch("/uploads?name=" + encodeURIComponent(file.name), {
        method: "POST", body: file, headers: { "content-type": "application/octet-stream", accept: "application/json" },
      });
      const answer = await response.json();
      if (response.ok) return void (location.href = answer.page);
      status.textContent = answer.detail;
      status.classList.add("problem");
    });
})();
