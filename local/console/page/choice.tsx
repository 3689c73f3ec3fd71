/** A select with its label. */

interface Props {
  label: string;
  /** Texts by value. */
  options: Readonly<Record<string, string>>;
  /** In a form that is read when it is submitted. */
  name?: string;
  value?: string;
  onChange?(value: string): void;
}

export const Choice = ({ label, options, name, value, onChange }: Props) => (
  <label>
    {label}
    <select name={name} value={value} onChange={({ currentTarget }) => onChange?.(currentTarget.value)}>
      {Object.entries(options).map(([option, text]) => (
        <option key={option} value={option}>
          {text}
        </option>
      ))}
    </select>
  </label>
);
