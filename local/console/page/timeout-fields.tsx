/** The four timeout settings as form fields, within the API's bounds. */
import type { TimeoutConfig } from '../../../functions/session/timeout-config.ts';
import type { Minutes, Settings } from '../settings.ts';

const LABELS: Record<Minutes, string> = {
  timeoutMinutes: 'Idle timeout',
  maxDurationMinutes: 'Maximum duration',
  warningThresholdMinutes: 'Warning',
};

interface Props {
  bounds: Settings['bounds'];
  /** Initial values. */
  config: TimeoutConfig;
}

export const TimeoutFields = ({ bounds, config }: Props) => (
  <>
    {Object.entries(LABELS).map(([name, label]) => {
      const [least, most] = bounds[name as Minutes];
      const value = config[name as Minutes];
      return (
        <label key={name}>
          {`${label} (${least} to ${most} min)`}
          {/* A stored value may be out of bounds, which must not keep the others from being changed. */}
          <input
            name={name}
            type="number"
            required
            min={Math.min(least, value)}
            max={Math.max(most, value)}
            defaultValue={String(value)}
          />
        </label>
      );
    })}
    <label class="check">
      <input name="autoRenew" type="checkbox" defaultChecked={config.autoRenew} />
      Auto-renew on activity
    </label>
  </>
);

/** The settings whose fields the user has changed. */
export function changedTimeouts(form: HTMLFormElement): Partial<TimeoutConfig> {
  const field = (name: string) => form.elements.namedItem(name) as HTMLInputElement;
  const minutes = Object.keys(LABELS)
    .map(field)
    .filter(({ value, defaultValue }) => value !== defaultValue)
    .map(({ name, value }) => [name, Number(value)]);
  const { checked, defaultChecked } = field('autoRenew');
  return { ...Object.fromEntries(minutes), ...(checked !== defaultChecked && { autoRenew: checked }) };
}
