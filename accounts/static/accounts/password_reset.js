// Sends the new password with the token of the link, which stands after the # and leaves the address bar at once.
"use strict";

const element = (id) => document.getElementById(id);
const form = document.querySelector("form");
const token = location.hash.slice(1);
history.replaceState(null, "", location.pathname);

function show(id) {
  for (const other of ["faults", "done", "incomplete", "unreachable"]) element(other).hidden = other !== id;
  form.hidden = id === "done" || id === "incomplete";
}

function showFaults(problem) {
  const details = problem.errors.length ? problem.errors.map((fault) => fault.detail) : [problem.detail];
  element("faults").replaceChildren(
    ...details.map((text) => Object.assign(document.createElement("li"), { textContent: text })),
  );
  show("faults");
}

async function send() {
  const response = await fetch(form.dataset.address, {
    method: "POST",
    headers: { "Content-Type": "application/json", "Accept-Language": document.documentElement.lang },
    body: JSON.stringify({ token, new_password: element("password").value }),
  });
  if (response.ok) show("done");
  else showFaults(await response.json());
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const button = form.querySelector("button");
  button.disabled = true;
  send()
    .catch(() => show("unreachable"))
    .finally(() => { button.disabled = false; });
});

if (!token) show("incomplete");
