/** CloudFormation's intrinsic functions, as far as CDK writes them into this stack's function settings. */

/**
 * `value` with its intrinsic functions replaced.
 * @param names what `Ref` gives for a logical id or a pseudo parameter, and `Fn::GetAtt` for `<id>.<attribute>`.
 * @throws Error for an intrinsic function or a reference that the local host does not know.
 */
export function resolveIntrinsics(value: unknown, names: Readonly<Record<string, string>>): unknown {
  if (Array.isArray(value)) return value.map((entry) => resolveIntrinsics(entry, names));
  if (typeof value !== 'object' || value === null) return value;
  const [entry, ...others] = Object.entries(value);
  if (entry && others.length === 0 && (entry[0] === 'Ref' || entry[0].startsWith('Fn::'))) {
    return intrinsic(entry[0], entry[1], names);
  }
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, resolveIntrinsics(inner, names)]),
  );
}

function intrinsic(name: string, argument: unknown, names: Readonly<Record<string, string>>): unknown {
  if (name === 'Ref') return named(String(argument), names);
  if (name === 'Fn::GetAtt' && Array.isArray(argument)) return named(argument.join('.'), names);
  if (name === 'Fn::Join' && Array.isArray(argument)) {
    const [separator, parts] = argument;
    return (resolveIntrinsics(parts, names) as string[]).join(separator);
  }
  if (name === 'Fn::Sub' && typeof argument === 'string') {
    return argument.replace(/\$\{([\w:]+)\}/g, (_, reference) => named(reference, names));
  }
  throw new Error(`The local host does not know ${name} with ${JSON.stringify(argument)}`);
}

function named(reference: string, names: Readonly<Record<string, string>>): string {
  const name = names[reference];
  if (name === undefined) throw new Error(`The local host does not know what ${reference} refers to`);
  return name;
}
