/** Faults on demand: the next requests fail, or are slow. */
import type { TargetedSubmitEvent } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { FaultsState } from '../controls.ts';
import { Choice } from './choice.tsx';
import { addFault, clearFaults, type Outcome, outcomeOf, readFaults } from './host.ts';
import { OutcomeLine } from './outcome.tsx';

const DESCRIPTIONS: Record<string, string> = {
  429: '429, throttled',
  500: '500, the function did not run',
  503: '503, the function ran',
  slow: '3 s later',
};

const EXTENTS = {
  'count=1': 'the next request',
  'count=3': 'the next 3 requests',
  'count=10': 'the next 10 requests',
  'share=0.2': 'a fifth of the requests',
  'share=0.5': 'half of the requests',
  '': 'all requests',
};

/** @param latest id of the latest request, which may have taken a fault. */
export function Faults({ latest }: { latest: string | undefined }) {
  const [state, setState] = useState<FaultsState>({ faults: [], routes: [] });
  // biome-ignore lint/correctness/useExhaustiveDependencies: read again after each request
  useEffect(() => {
    readFaults().then(setState, () => {});
  }, [latest]);
  const [outcome, setOutcome] = useState<Outcome>();
  const change = async (send: () => Promise<FaultsState>) =>
    setOutcome(
      await outcomeOf(async () => {
        setState(await send());
        return '';
      }),
    );
  const add = async (event: TargetedSubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const fault = faultFrom(new FormData(event.currentTarget));
    await change(() => addFault(fault));
  };
  const routes = { '': 'every route', ...Object.fromEntries(state.routes.map((route) => [route, route])) };
  return (
    <form id="faults" class="toolbar" onSubmit={add}>
      <Choice label="Fault" name="fault" options={DESCRIPTIONS} />
      <Choice label="Route" name="route" options={routes} />
      <Choice label="For" name="extent" options={EXTENTS} />
      <button type="submit">Add fault</button>
      <button type="button" aria-disabled={state.faults.length === 0} onClick={() => change(clearFaults)}>
        End all faults
      </button>
      <OutcomeLine outcome={outcome} />
      <ul>
        {state.faults.map((fault, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: faults have no identity, and keep their order
          <li key={index}>{describe(fault)}</li>
        ))}
      </ul>
    </form>
  );
}

function faultFrom(form: FormData): object {
  const fault = form.get('fault');
  const [extent = '', number] = String(form.get('extent')).split('=');
  return {
    fault: fault === 'slow' ? fault : Number(fault),
    ...(form.get('route') && { route: form.get('route') }),
    ...(number && { [extent]: Number(number) }),
  };
}

function describe({ fault, route, count, share }: FaultsState['faults'][number]): string {
  const extent = [count && `${count} more`, share && `${share * 100} % of the requests`].filter(Boolean);
  return [DESCRIPTIONS[fault], route ?? 'every route', ...extent].join(' · ');
}
