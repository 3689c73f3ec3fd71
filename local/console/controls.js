// The host's clock, and faults on demand: the same requests as a script's (docs/local-development.md).
const find = (selector, within = document) => within.querySelector(selector);

/** Sends a request to the host, and gives its response. Fails with the host's own words. */
async function control(what, method, body) {
  const response = await fetch(`/console/${what}`, { method, ...(body && { body: JSON.stringify(body) }) });
  const content = await response.json();
  if (!response.ok) throw new Error(content.error);
  return content;
}

// --- the clock ---

/**
 * Moves the clock where a button says so: by `data-minutes`, or for a session to `data-until`.
 * @param request undefined goes back to the real time.
 */
export const moveClock = (request) => control('clock', request ? 'POST' : 'DELETE', request);

/** @param ahead milliseconds; undefined where the clock can't be moved. */
export function showClock(ahead) {
  find('#clock').hidden = ahead === undefined;
  for (const button of document.querySelectorAll('[data-until]')) button.hidden = ahead === undefined;
  const minutes = Math.round((ahead ?? 0) / 60_000);
  find('#ahead').textContent = minutes === 0 ? 'real time' : `${minutes} min ahead`;
  find('#back').disabled = !ahead;
}

// --- faults ---

const DESCRIPTIONS = {
  429: '429, throttled',
  500: '500, the function did not run',
  503: '503, the function ran',
  slow: '3 s later',
};

async function changeFaults(method, fault) {
  const { faults, routes } = await control('faults', method, fault);
  const options = routes.map((route) => new Option(route, route));
  if (find('#faults [name=route]').length === 1) find('#faults [name=route]').append(...options);
  find('#faults ul').replaceChildren(
    ...faults.map(({ fault, route, count, share }) => {
      const extent = [count && `${count} more`, share && `${share * 100} % of the requests`].filter(Boolean);
      const parts = [DESCRIPTIONS[fault], route ?? 'every route', ...extent];
      return Object.assign(document.createElement('li'), { textContent: parts.join(' · ') });
    }),
  );
  find('#no-faults').disabled = faults.length === 0;
}

function faultFrom(form) {
  const fault = form.get('fault');
  const [extent, number] = form.get('extent').split('=');
  return {
    fault: fault === 'slow' ? fault : Number(fault),
    ...(form.get('route') && { route: form.get('route') }),
    ...(number && { [extent]: Number(number) }),
  };
}

/** Shows the faults that are left. */
export const refreshFaults = () => changeFaults('GET');

find('#faults [name=fault]').append(
  ...Object.entries(DESCRIPTIONS).map(([fault, text]) => new Option(text, fault)),
);
find('#faults').addEventListener('submit', (event) => {
  event.preventDefault();
  changeFaults('POST', faultFrom(new FormData(event.target)));
});
find('#no-faults').addEventListener('click', () => changeFaults('DELETE'));
