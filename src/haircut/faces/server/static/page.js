// Sliders of the claim page. The address is the state: a slider changes it, asks for the parts that change,
// and puts them in place. While an answer is on its way the old picture stays, greyed.
"use strict";
(() => {
  const claim = document.querySelector(".claim");
  const form = document.getElementById("sliders");
  const status = document.getElementById("status");
  const base = claim.dataset.base;
  const narrow = window.matchMedia("(max-width: 767px)");
  const LATER = ["cover_ratios", "arose_part", "spread_waterfall"];
  let asking = false, wanted = null, last = null;

  const inputs = [...form.querySelectorAll("input[type=range]")].map((input) => ({
    input,
    key: input.closest(".slider").dataset.key,
    values: input.dataset.values.split("|"),
    words: input.dataset.words.split("|"),
    output: input.closest(".slider").querySelector("output"),
    problem: input.closest(".slider").querySelector(".problem"),
  }));

  function query(more) {
    const pairs = new URLSearchParams();
    for (const { input, key, values } of inputs)
      if (input.value !== input.dataset.today) pairs.set(key, values[+input.value]);
    for (const [key, value] of Object.entries(more || {})) pairs.set(key, value);
    const text = pairs.toString();
    return text ? "?" + text : "";
  }

  function say(slider) {
    const words = slider.words[+slider.input.value];
    slider.output.textContent = words;
    slider.input.setAttribute("aria-valuetext", words);
  }

  function grey(on) {
    claim.classList.toggle("computing", on);
    claim.setAttribute("aria-busy", on ? "true" : "false");
  }

  function place(answer) {
    for (const [id, html] of Object.entries(answer.parts)) {
      const element = document.getElementById(id);
      if (!element) continue;
      element.innerHTML = html;
      element.classList.remove("stale");
    }
  }

  function moved() {
    const end = query();
    history.replaceState(null, "", base + end);
    document.getElementById("share").href = base + end;
    document.getElementById("twin").href = base + ".json" + end;
    for (const link of document.querySelectorAll("#tabs a")) link.href = link.pathname + end;
  }

  async function read(more) {
    const view = narrow.matches ? "narrow" : "wide";
    const response = await fetch(base + "/parts" + query({ view, ...more }), { headers: { accept: "application/json" } });
    const body = await response.json();
    if (!response.ok) throw new Error(body.detail || response.statusText);
    return body;
  }

  function failed(error) {
    const slider = last;
    status.textContent = "The last picture stays.";
    if (!slider) return;
    slider.problem.textContent = error.message;
    slider.problem.hidden = false;
    slider.input.setAttribute("aria-invalid", "true");
  }

  // One question at a time; of those that come meanwhile, the last is asked next.
  async function redraw() {
    wanted = query();
    delete claim.dataset.whole;
    grey(true);
    if (asking) return;
    asking = true;
    while (wanted !== null) {
      const asked = wanted;
      wanted = null;
      status.textContent = "Computing …";
      const started = performance.now();
      try {
        const answer = await read({ step: "first" });
        if (wanted === null) {
          place(answer);
          for (const id of LATER) document.getElementById(id).classList.add("stale");
          moved();
          for (const slider of inputs) {
            slider.problem.hidden = true;
            slider.input.removeAttribute("aria-invalid");
          }
          const time = Math.round(performance.now() - started);
          claim.dataset.milliseconds = time;
          status.textContent = answer.paths.toLocaleString("en") + " paths in " + time + " ms";
          grey(false);
          claim.dataset.drawn = asked || "today";
          for (const step of ["next", "beside"]) {
            if (wanted !== null) break;
            const more = await read({ step });
            if (wanted === null) place(more);
          }
        }
      } catch (error) {
        if (wanted === null) failed(error);
        grey(false);
      }
    }
    asking = false;
    claim.dataset.whole = query() || "today";
  }

  for (const slider of inputs) {
    slider.input.addEventListener("input", () => {
      last = slider;
      say(slider);
      redraw();
    });
    say(slider);
  }
  document.getElementById("reset").addEventListener("click", (event) => {
    event.preventDefault();
    for (const slider of inputs) {
      slider.input.value = slider.input.dataset.today;
      say(slider);
    }
    last = null;
    redraw();
  });
  narrow.addEventListener("change", () => redraw());
  if (document.querySelector("[data-waiting]")) redraw();
  else claim.dataset.whole = query() || "today";
})();
