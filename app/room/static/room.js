// The room in motion: draws the chart, and moves the day by which things had been said. The address holds the state,
// and every figure that is shown comes from the server: tables from this same page as of the other day, the chart from
// the interface.

import { dayOf, draw, legend, readable, textOf } from "./chart.js";

const FOLLOWING = ["index", "headline", "who", "reports", "why"];
const PLAY_MILLISECONDS = 900;

function begin(section) {
  const { first, last, said, here } = section.dataset;
  const plot = section.querySelector(".plot"), list = section.querySelector(".legend");
  const slider = section.querySelector(".slider"), [range, output, play] = ["input", "output", "button"].map((one) => slider.querySelector(one));
  const days = [dayOf(first), Math.max(dayOf(last), dayOf(first) + 1)];
  const saidOn = said.split(" ").filter(Boolean).map(dayOf);
  const state = { specification: null, latest: 0, playing: null };

  const form = section.querySelector("form.day"), date = form.elements.reported_by;
  form.querySelector("button").hidden = true; // what it does is done at once here
  date.addEventListener("change", () => set(date.value ? dayOf(date.value) : days[1]));
  form.elements.mode.addEventListener("change", () => form.requestSubmit());

  const asked = section.dataset.reportedBy;
  range.min = asked ? Math.min(days[0], dayOf(asked)) : days[0];
  range.max = days[1];
  slider.hidden = false;

  const cut = () => (Number(range.value) >= days[1] ? null : Number(range.value));
  const label = () => {
    const day = cut();
    output.textContent = day === null ? `${readable(last)}, all that was said` : readable(textOf(day));
    range.setAttribute("aria-valuetext", output.textContent);
    date.value = day === null ? "" : textOf(day);
  };
  const redraw = () => {
    if (!state.specification) return;
    const query = cut() === null ? "" : `?reported_by=${textOf(cut())}`;
    const pins = draw(plot, state.specification, { first: days[0], last: days[1], cut: cut(), here, query });
    legend(list, state.specification, pins);
  };

  // What was `moved` is asked for anew and kept in the address; the first time, the page is as it came.
  async function show(moved) {
    const turn = ++state.latest, day = cut();
    const page = new URL(location.href), series = new URL(`${section.dataset.series}&format=vega-lite`, location.href);
    if (moved) {
      for (const name of ["measure", "actor", "place"]) page.searchParams.set(name, form.elements[name].value);
      for (const address of [page, series]) setDay(address, day);
    }
    section.classList.add("busy");
    const [chart, html] = await Promise.all([fetch(series).then(json), moved ? fetch(page).then(text) : null]);
    if (turn !== state.latest) return; // the day moved on meanwhile
    state.specification = chart;
    redraw();
    if (html !== null) follow(html);
    for (const link of section.querySelectorAll(".downloads a")) {
      const address = new URL(link.href);
      setDay(address, day);
      link.href = address;
    }
    if (moved) history.replaceState(null, "", page);
    section.classList.remove("busy");
    section.dataset.shown = day === null ? "all" : textOf(day);
  }

  const set = (value) => {
    range.value = value;
    label();
    redraw();
    return show(true).catch(failed);
  };
  const failed = (error) => {
    section.classList.remove("busy");
    stop();
    output.textContent = `not shown: ${error.message}`;
  };
  function stop() {
    clearTimeout(state.playing);
    state.playing = null;
    play.textContent = "Play";
    play.setAttribute("aria-pressed", "false");
  }
  async function step() {
    const next = saidOn.find((day) => day > Number(range.value)) ?? days[1];
    await set(next);
    if (state.playing === null) return;
    if (next >= days[1]) stop();
    else state.playing = setTimeout(step, PLAY_MILLISECONDS);
  }

  let waiting;
  range.addEventListener("input", () => {
    label();
    redraw();
    clearTimeout(waiting);
    waiting = setTimeout(() => show(true).catch(failed), 120);
  });
  play.addEventListener("click", () => {
    if (state.playing !== null) return stop();
    if (Number(range.value) >= days[1]) range.value = days[0] - 1;
    play.textContent = "Pause";
    play.setAttribute("aria-pressed", "true");
    state.playing = setTimeout(step, 0);
  });
  new ResizeObserver(redraw).observe(section);

  range.value = asked ? dayOf(asked) : days[1];
  label();
  show(false).catch(failed);
}

function setDay(address, day) {
  if (day === null) address.searchParams.delete("reported_by");
  else address.searchParams.set("reported_by", textOf(day));
}

async function json(response) {
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.detail ?? response.statusText);
  return answer;
}
async function text(response) {
  if (!response.ok) throw new Error(response.statusText);
  return response.text();
}

// The same page as of the other day, drawn up by the server, which escaped all that it holds.
function follow(html) {
  const other = new DOMParser().parseFromString(html, "text/html");
  for (const id of FOLLOWING) {
    const [old, fresh] = [document.getElementById(id), other.getElementById(id)];
    if (!old || !fresh || old.contains(document.activeElement)) continue;
    for (const [index, details] of fresh.querySelectorAll("details").entries()) details.open = old.querySelectorAll("details")[index]?.open ?? false;
    old.replaceWith(document.importNode(fresh, true));
  }
}

if (matchMedia("(max-width: 60rem)").matches) document.querySelector("#index details")?.removeAttribute("open");
const section = document.getElementById("chart");
if (section?.dataset.first && section.dataset.last) begin(section);
