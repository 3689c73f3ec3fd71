/** The host's settings for the forms; undefined until loaded. */
import { useEffect, useState } from 'preact/hooks';
import type { Settings } from '../settings.ts';
import { readSettings } from './host.ts';

const RETRY_MS = 3000;

export function useSettings(): Settings | undefined {
  const [settings, setSettings] = useState<Settings>();
  useEffect(() => {
    let timer = 0;
    const read = () =>
      readSettings().then(setSettings, () => {
        timer = window.setTimeout(read, RETRY_MS);
      });
    read();
    return () => clearTimeout(timer);
  }, []);
  return settings;
}
