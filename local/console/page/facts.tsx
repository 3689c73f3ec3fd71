/** A list of names and values. */
import type { ComponentChildren } from 'preact';

export type FactsByName = Readonly<Record<string, ComponentChildren>>;

export const Facts = ({ facts }: { facts: FactsByName }) => (
  <dl>
    {Object.entries(facts).map(([name, value]) => (
      <div key={name}>
        <dt>{name}</dt>
        <dd>{value}</dd>
      </div>
    ))}
  </dl>
);
