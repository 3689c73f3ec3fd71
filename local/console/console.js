// The console's page: sessions on a time line that moves with the clock, requests as they come, the API's
// reference. It changes sessions through the API alone.
import { moveClock, refreshFaults, showClock } from './controls.js';

const API = '/api/messaging/sessions';
const MINUTE_MS = 60_000;
/** The last instant that a Date can be, in epoch milliseconds; other programs may store longer durations. */
const LAST_INSTANT = 8.64e15;
/** Where now is on the time line, as a share of its width. */
const NOW_SHARE = 0.4;
const REFRESH_MS = 3000;
const MOST_REQUESTS = 100;

const find = (selector, within = document) => within.querySelector(selector);
const clock = new Intl.DateTimeFormat(undefined, { timeStyle: 'medium' });
const clockWithoutSeconds = new Intl.DateTimeFormat(undefined, { timeStyle: 'short' });

/** Of the server's clock before this page's, in milliseconds. */
let ahead = 0;
const now = () => Date.now() + ahead;

// --- views ---

const views = ['sessions', 'requests', 'reference'];
let isReferenceLoaded = false;

function showView() {
  const chosen = views.find((view) => location.hash === `#${view}`) ?? views[0];
  for (const view of views) {
    find(`#${view}`).hidden = view !== chosen;
    find(`nav a[href="#${view}"]`).toggleAttribute('aria-current', view === chosen);
  }
  if (chosen === 'requests') refreshFaults();
  if (chosen === 'reference' && !isReferenceLoaded) loadReference();
}

function loadReference() {
  isReferenceLoaded = true;
  const style = Object.assign(document.createElement('link'), { rel: 'stylesheet', href: '/swagger-ui.css' });
  const script = Object.assign(document.createElement('script'), { src: '/swagger-ui.js' });
  script.addEventListener('load', () => {
    const dark = matchMedia('(prefers-color-scheme: dark)');
    const follow = () => document.documentElement.classList.toggle('dark-mode', dark.matches);
    dark.addEventListener('change', follow);
    follow();
    window.SwaggerUIBundle({ url: '/openapi.json', domNode: find('#reference'), validatorUrl: null });
  });
  document.head.append(style, script);
}

addEventListener('hashchange', showView);
showView();

// --- sessions ---

/** By id: the session as last read, and its row. */
const rows = new Map();

async function refresh() {
  const response = await fetch('/console/sessions').catch(() => undefined);
  if (!response?.ok) return say(GONE, false);
  if (find('#outcome').textContent === GONE) say('', true);
  const { now: serverNow, ahead: moved, sessions: found = [], foreign, hasMore } = await response.json();
  const sessions = found.map((session) => ({ ...session, ...instants(session) }));
  ahead = serverNow - Date.now();
  const note = foreign
    ? `The sessions are in ${foreign}, which is not this host's own table. They are not shown here.`
    : hasMore
      ? `The first ${sessions.length} sessions of the table are shown.`
      : sessions.length === 0 && 'There is no session.';
  find('#note').hidden = !note;
  find('#note').textContent = note || '';
  const ids = new Set(sessions.map(({ sessionId }) => sessionId));
  for (const [id, { element }] of rows) {
    if (ids.has(id)) continue;
    element.remove();
    rows.delete(id);
  }
  const byEnd = sessions.toSorted((a, b) => (b.expires ?? 0) - (a.expires ?? 0));
  for (const [index, session] of byEnd.entries()) {
    const row = rows.get(session.sessionId) ?? createRow(session);
    row.session = session;
    rows.set(session.sessionId, row);
    // Moved only where the order has changed: a row that moves loses the focus.
    const at = find('#list').children[index];
    if (at !== row.element) find('#list').insertBefore(row.element, at ?? null);
    fillDetails(row);
  }
  showClock(moved);
  draw();
}

const GONE = 'npm start does not respond any more';

/** In epoch milliseconds: where it expires, where its warning zone begins, and when it ends at the latest. */
function instants({ malformed, createdAt, expiresAt, timeoutConfig }) {
  if (malformed) return {};
  const expires = Date.parse(expiresAt);
  const { warningThresholdMinutes, maxDurationMinutes } = timeoutConfig;
  return {
    expires,
    warns: Math.max(-LAST_INSTANT, expires - warningThresholdMinutes * MINUTE_MS),
    maximum: Math.min(LAST_INSTANT, Date.parse(createdAt) + maxDurationMinutes * MINUTE_MS),
  };
}

function createRow({ sessionId, timeoutConfig, malformed }) {
  const element = find('#session').content.firstElementChild.cloneNode(true);
  find('.id', element).textContent = sessionId;
  find('.id', element).title = sessionId;
  if (malformed) find('.actions', element).remove();
  else if (!hasPath(sessionId))
    find('.actions', element).replaceChildren('No path reaches a session with this id.');
  else find('input', element).value = timeoutConfig.timeoutMinutes;
  const row = { element };
  for (const button of element.querySelectorAll('button[data-action]'))
    button.addEventListener('click', () => act(row.session, button.dataset.action));
  for (const button of element.querySelectorAll('button[data-until]'))
    button.addEventListener('click', () => move({ sessionId, until: button.dataset.until }));
  for (const form of element.querySelectorAll('form'))
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      act(row.session, form.dataset.action, new FormData(form));
    });
  return row;
}

/** API Gateway decodes a path before it matches it: such an id would be another session's, or a route. */
const hasPath = (id) => !/[/?]/.test(id) && !['.', '..', 'health'].includes(id);

function fillDetails({ element, session }) {
  const at = (instant) => new Date(instant).toLocaleString();
  const facts = session.malformed
    ? { 'Malformed item': session.malformed }
    : {
        Session: session.sessionId,
        ...(session.channelId && { Channel: session.channelId }),
        Created: at(session.createdAt),
        'Last activity': at(session.lastActivity),
        'Warning from': at(session.warns),
        Expires: at(session.expires),
        'Ends at the latest': at(session.maximum),
        Renewals: session.renewalCount,
        'Auto-renew': session.timeoutConfig.autoRenew ? 'on: heartbeats renew it' : 'off',
        Metadata: JSON.stringify(session.metadata),
        User: session.userId,
        Agent: session.agentId,
      };
  find('dl', element).replaceChildren(
    ...Object.entries(facts).flatMap(([name, value]) => [
      Object.assign(document.createElement('dt'), { textContent: name }),
      Object.assign(document.createElement('dd'), { textContent: value }),
    ]),
  );
}

/** Places all bars by the time that it is. */
function draw() {
  const span = Number(find('#span').value) * MINUTE_MS;
  const from = now() - span * NOW_SHARE;
  const percent = (instant) => Math.min(100, Math.max(0, ((instant - from) / span) * 100));
  find('#list').style.setProperty('--now', `${NOW_SHARE * 100}%`);
  for (const { element, session } of rows.values()) drawRow(element, session, percent);
  drawAxis(from, span, percent);
}

function drawRow(element, session, percent) {
  const state = stateOf(session);
  element.className = `session ${state}`;
  find('.state', element).textContent = state === 'near' ? 'near expiry' : state;
  find('.remaining', element).textContent = session.malformed ? '' : remaining(session.expires - now());
  if (session.malformed) return;
  const created = Date.parse(session.createdAt);
  const place = (part, start, end) => {
    const { style } = find(`.bar .${part}`, element);
    style.left = `${percent(start)}%`;
    if (end !== undefined) style.width = `${Math.max(0, percent(end) - percent(start))}%`;
  };
  place('life', created, Math.min(now(), session.expires));
  place('ahead', Math.min(now(), session.expires), session.expires);
  place('warning', Math.max(session.warns, created), session.expires);
  place('rest', session.expires, state === 'expired' ? session.expires : session.maximum);
  place('activity', Date.parse(session.lastActivity));
  const time = (instant) => clock.format(new Date(instant));
  find('.bar', element).setAttribute(
    'aria-label',
    `created ${time(session.createdAt)}, last activity ${time(session.lastActivity)}, warning from ${time(session.warns)}, expires ${time(session.expires)}, at the latest ${time(session.maximum)}`,
  );
}

function stateOf({ malformed, expires, warns }) {
  if (malformed) return 'malformed';
  if (expires <= now()) return 'expired';
  return warns <= now() ? 'near' : 'active';
}

/** Hours, minutes and seconds that are left, or since it expired. */
function remaining(milliseconds) {
  const seconds = Math.floor(Math.abs(milliseconds) / 1000);
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const text = parts.map((part) => String(part).padStart(2, '0')).join(':');
  return milliseconds < 0 ? `${text} ago` : `${text} left`;
}

function drawAxis(from, span, percent) {
  const steps = 4;
  const step = span / steps;
  const first = Math.ceil(from / step) * step;
  const labels = Array.from({ length: steps }, (_, index) => first + index * step);
  find('#axis').replaceChildren(
    ...labels.map((instant) => {
      const label = document.createElement('span');
      label.textContent = clockWithoutSeconds.format(new Date(instant));
      label.style.left = `${Math.min(96, Math.max(4, percent(instant)))}%`;
      return label;
    }),
  );
}

// --- actions ---

const ACTIONS = {
  heartbeat: () => ['POST', '/heartbeat'],
  renew: () => ['POST', '/renew'],
  delete: () => ['DELETE', ''],
  timeout: (form) => ['PATCH', '/timeout', { timeoutMinutes: Number(form.get('timeoutMinutes')) }],
  metadata: (form) => ['PATCH', '', { metadata: JSON.parse(form.get('metadata')) }],
};

async function act({ sessionId, userId }, action, form) {
  try {
    const [method, path, body] = ACTIONS[action](form);
    await send(method, `/${encodeURIComponent(sessionId)}${path}`, userId, body);
  } catch (error) {
    say(error instanceof SyntaxError ? `Metadata must be JSON: ${error.message}` : String(error), false);
  }
}

/** @param request undefined goes back to the real time. */
async function move(request) {
  try {
    const { now: at } = await moveClock(request);
    say(`The clock is at ${new Date(at).toLocaleString()}`, true);
  } catch (error) {
    say(error.message, false);
  }
  await refresh();
}

async function create() {
  const [known] = [...rows.values()].map(({ session }) => session).filter(({ userId }) => userId);
  const { agentId, userId } = known ?? { agentId: crypto.randomUUID(), userId: crypto.randomUUID() };
  await send('POST', '', userId, { agentId, userId, metadata: { channel: 'console' } });
}

/** Sends it for this user, where users own sessions, and shows the API's response. */
async function send(method, path, userId, body) {
  const response = await fetch(`${API}${path}`, {
    method,
    headers: { 'x-console-user': userId, ...(body && { 'content-type': 'application/json' }) },
    ...(body && { body: JSON.stringify(body) }),
  });
  const { error, message } = await response.json().catch(() => ({}));
  const why = error ? ` ${error.code}: ${error.message}${error.details ? `. ${error.details}` : ''}` : '';
  say(
    `${method} ${API}${path} ${response.status}${why || (response.ok ? '' : ` ${message ?? ''}`)}`,
    response.ok,
  );
  await refresh();
}

function say(line, isGood) {
  find('#outcome').textContent = line;
  find('#outcome').classList.toggle('failed', !isGood);
}

find('#create').addEventListener('click', () => create().catch((error) => say(String(error), false)));
for (const button of document.querySelectorAll('[data-minutes]'))
  button.addEventListener('click', () => move({ minutes: Number(button.dataset.minutes) }));
find('#back').addEventListener('click', () => move());
find('#span').addEventListener('change', draw);

// --- requests ---

const requests = new EventSource('/console/events');
let soon;
requests.addEventListener('open', () => find('#requests tbody').replaceChildren());
requests.addEventListener('message', ({ data }) => {
  const request = JSON.parse(data);
  showRequest(request);
  if (location.hash === '#requests') refreshFaults();
  if (request.method === 'GET') return;
  clearTimeout(soon);
  soon = setTimeout(refresh, 100);
});

function showRequest({ at, status, method, path, milliseconds, code, message, why }) {
  const row = document.createElement('tr');
  row.classList.toggle('failed', status >= 400);
  const reason = [code, message, why].filter(Boolean).join('; ');
  for (const text of [clock.format(at), status, method, path, Math.round(milliseconds), reason])
    row.append(Object.assign(document.createElement('td'), { textContent: text }));
  const body = find('#requests tbody');
  body.prepend(row);
  if (body.rows.length > MOST_REQUESTS) body.lastElementChild.remove();
  find('#requests table').hidden = false;
  find('#no-requests').hidden = true;
}

setInterval(draw, 1000);
setInterval(() => document.hidden || refresh(), REFRESH_MS);
refresh();
