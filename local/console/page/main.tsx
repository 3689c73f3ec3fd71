/**
 * The console's page: sessions on a timeline that moves with the clock, requests as they come, the API's reference.
 * It changes sessions through the API alone.
 */
import { render } from 'preact';
import { useRef, useState } from 'preact/hooks';
import { hrefOf, usePlace, VIEWS, type View } from './place.ts';
import { ReferenceView } from './reference-view.tsx';
import { RequestsView } from './requests-view.tsx';
import { SessionsView } from './sessions-view.tsx';
import { useRequests } from './use-requests.ts';

function App() {
  const { view, parameters } = usePlace();
  const { requests, onWrite } = useRequests();
  const [failure, setFailure] = useState<string>();
  // Each view's last parameters, which its link restores.
  const places = useRef<Partial<Record<View, Readonly<Record<string, string>>>>>({});
  places.current[view] = parameters;
  const wasSeen = (name: View) => places.current[name] !== undefined;
  return (
    <>
      <header>
        <h1>Sessions API</h1>
        <nav aria-label="Views">
          {Object.entries(VIEWS).map(([name, title]) => (
            <a
              key={name}
              href={hrefOf(name as View, places.current[name as View])}
              aria-current={name === view ? 'page' : undefined}
            >
              {title}
            </a>
          ))}
        </nav>
        <p id="failure" role="status">
          {failure}
        </p>
      </header>
      <main>
        <section id="sessions" aria-label="Sessions" hidden={view !== 'sessions'}>
          <SessionsView
            parameters={places.current.sessions ?? {}}
            onChange={onWrite}
            onFailure={setFailure}
          />
        </section>
        <section id="requests" aria-label="Requests" hidden={view !== 'requests'}>
          {wasSeen('requests') && <RequestsView requests={requests} />}
        </section>
        <section id="reference" aria-label="API reference" hidden={view !== 'reference'}>
          {wasSeen('reference') && <ReferenceView />}
        </section>
      </main>
    </>
  );
}

render(<App />, document.body);
