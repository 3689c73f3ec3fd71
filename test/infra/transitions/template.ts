/** A template as CloudFormation sees it: resolved values, and the order of the resources. */

export interface Resource {
  Type: string;
  Properties: Record<string, unknown>;
  DependsOn?: string | string[];
  DeletionPolicy?: string;
  UpdateReplacePolicy?: string;
}

export type Resources = Record<string, Resource>;

/** The resources of a synthesized template. */
export function readResources(template: unknown): Resources {
  const { Resources: resources } = template as { Resources: Record<string, Partial<Resource>> };
  return Object.fromEntries(
    Object.entries(resources).map(([id, resource]) => [id, { Type: '', Properties: {}, ...resource }]),
  );
}

/** The physical names that `Ref` gives, by logical id. */
export type Names = Readonly<Record<string, string>>;

const PSEUDO: Record<string, string> = {
  'AWS::Region': 'us-east-1',
  'AWS::AccountId': '123456789012',
  'AWS::Partition': 'aws',
  'AWS::URLSuffix': 'amazonaws.com',
  'AWS::StackName': 'stack',
  'AWS::StackId': 'arn:aws:cloudformation:us-east-1:123456789012:stack/stack/0a1b',
};

/** A property's value, intrinsics replaced by what they stand for. */
export function resolve(value: unknown, names: Names): unknown {
  if (Array.isArray(value)) return value.map((one) => resolve(one, names));
  if (typeof value !== 'object' || value === null) return value;
  const [[key = '', inner] = []] = Object.entries(value);
  if (Object.keys(value).length === 1) {
    if (key === 'Ref') return PSEUDO[String(inner)] ?? names[String(inner)] ?? `missing ${inner}`;
    if (key === 'Fn::GetAtt') {
      const [id = '', attribute] = inner as string[];
      return `${names[id] ?? `missing ${id}`}.${attribute}`;
    }
    if (key === 'Fn::Join') {
      const [separator, parts] = inner as [string, unknown[]];
      return parts.map((part) => String(resolve(part, names))).join(separator);
    }
    if (key === 'Fn::Sub' && typeof inner === 'string') {
      return inner.replace(/\$\{([\w:]+)\}/g, (_, name) => String(resolve({ Ref: name }, names)));
    }
    if (key === 'Fn::Split') {
      const [separator, text] = inner as [string, unknown];
      return String(resolve(text, names)).split(separator);
    }
    if (key === 'Fn::Select') {
      const [index, list] = inner as [number, unknown];
      return (resolve(list, names) as unknown[])[index];
    }
    if (key.startsWith('Fn::')) throw new Error(`${key} is not modelled`);
  }
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map((name) => [name, resolve((value as Record<string, unknown>)[name], names)]),
  );
}

/** The logical ids that a value refers to. */
export function references(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => {
    if (key === 'Ref') return [String(inner)];
    if (key === 'Fn::GetAtt') return [String((inner as string[])[0])];
    return references(inner);
  });
}

/** Everything that CloudFormation has finished before it begins with a resource. */
export function predecessors(id: string, resources: Resources, seen = new Set<string>()): Set<string> {
  const resource = resources[id];
  if (!resource) return seen;
  for (const before of [...references(resource.Properties), ...[resource.DependsOn ?? []].flat()]) {
    if (seen.has(before) || !resources[before]) continue;
    seen.add(before);
    predecessors(before, resources, seen);
  }
  return seen;
}

export const ofType = (resources: Resources, type: string): [string, Resource][] =>
  Object.entries(resources).filter(([, { Type }]) => Type === type);
