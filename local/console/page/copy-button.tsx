/** A button that copies a text. */
import { useState } from 'preact/hooks';

/** Where the browser refuses the clipboard, the text is shown instead. */
export function CopyButton({ label, text }: { label: string; text: string }) {
  const [state, setState] = useState<'copied' | 'refused'>();
  const copy = () =>
    navigator.clipboard.writeText(text).then(
      () => setState('copied'),
      () => setState('refused'),
    );
  return (
    <>
      <button type="button" onClick={copy}>
        {label}
      </button>
      <span role="status">{state === 'copied' && 'Copied'}</span>
      {state === 'refused' && <pre>{text}</pre>}
    </>
  );
}
