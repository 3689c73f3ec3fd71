/** What CloudFormation does when a stack's template is replaced by another, and what may not happen then. */
import { fullDiff, ResourceImpact } from '@aws-cdk/cloudformation-diff';
import {
  type Names,
  ofType,
  predecessors,
  type Resource,
  type Resources,
  references,
  resolve,
} from './template.ts';

/** What can't be generated again. */
const STATEFUL = ['AWS::DynamoDB::GlobalTable', 'AWS::SecretsManager::Secret'];

export interface Transition {
  /** What must never happen. */
  violations: string[];
  /** What happens to tables and secrets. */
  stateful: string[];
  /** Functions that get a new version, as their logical ids. */
  versions: string[];
  added: string[];
  removed: string[];
  /** Resources that CloudFormation makes anew, and deletes the ones before. */
  replaced: string[];
}

/** What a function has for all of its versions, and changes without a new one. */
const withoutShared = (properties: unknown): unknown => {
  const {
    ReservedConcurrentExecutions: _,
    Tags: __,
    ...rest
  } = (properties ?? {}) as Record<string, unknown>;
  return rest;
};

/** The names that a table is given. Others are CloudFormation's, which are as good as the logical id. */
const namesOf = (resources: Resources): Record<string, string> =>
  Object.fromEntries(
    Object.entries(resources).map(([id, { Properties }]) => [id, String(Properties['TableName'] ?? id)]),
  );

const same = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);

export function compare(old: Resources, next: Resources): Transition {
  const kept = Object.keys(next).filter((id) => old[id]?.Type === next[id]?.Type);
  const [oldNames, nextNames] = [namesOf(old), namesOf(next)];
  const replaced = replacements(old, next, kept, oldNames, nextNames);
  const before = (id: string) => resolve(old[id]?.Properties, oldNames);
  const after = (id: string) => resolve(next[id]?.Properties, nextNames);
  const isChanged = (id: string) => !same(withoutShared(before(id)), withoutShared(after(id)));

  const versions = (resources: Resources) =>
    new Map(
      ofType(resources, 'AWS::Lambda::Version').map(([id, { Properties }]) => [
        references(Properties['FunctionName'])[0] ?? '',
        id,
      ]),
    );
  const [oldVersions, nextVersions] = [versions(old), versions(next)];
  const republished = [...nextVersions].filter(([id, version]) => oldVersions.get(id) !== version);

  return {
    violations: [
      ...versionFaults(oldVersions, nextVersions, kept, isChanged),
      ...roleFaults(old, next, oldVersions, oldNames, nextNames),
      ...permissionFaults(old, next, oldNames, nextNames),
    ],
    stateful: [
      ...kept
        .filter((id) => STATEFUL.includes(next[id]?.Type ?? '') && replaced.has(id))
        .map((id) => `replaces ${id}`),
      ...Object.entries(old)
        .filter(([id, { Type }]) => STATEFUL.includes(Type) && !next[id])
        .map(
          ([id, { DeletionPolicy }]) =>
            `${DeletionPolicy?.startsWith('Retain') ? 'retains' : 'deletes'} ${id}`,
        ),
      ...Object.entries(next)
        .filter(([id, { Type }]) => STATEFUL.includes(Type) && !old[id])
        .map(([id]) => `creates a new ${id}`),
      ...kept.flatMap((id) => lostReplicas(old[id], next[id]).map((region) => `removes ${id} in ${region}`)),
    ],
    versions: republished.map(([id]) => id),
    added: Object.keys(next).filter((id) => !old[id]),
    removed: Object.keys(old).filter((id) => !next[id]),
    replaced: [...replaced],
  };
}

/**
 * Resources that CloudFormation replaces, by its own specification, until no replacement makes another. Gives them
 * new names.
 */
function replacements(
  old: Resources,
  next: Resources,
  kept: string[],
  oldNames: Names,
  nextNames: Record<string, string>,
) {
  const replaced = new Set<string>();
  for (let size = -1; size !== replaced.size; ) {
    size = replaced.size;
    const resolved = (resources: Resources, names: Names) => ({
      Resources: Object.fromEntries(
        kept.map((id) => [
          id,
          { Type: resources[id]?.Type, Properties: resolve(resources[id]?.Properties, names) },
        ]),
      ),
    });
    const { resources } = fullDiff(resolved(old, oldNames), resolved(next, nextNames));
    resources.forEachDifference((id, { changeImpact }) => {
      if (changeImpact !== ResourceImpact.WILL_REPLACE || replaced.has(id)) return;
      replaced.add(id);
      if (nextNames[id] === oldNames[id]) nextNames[id] = `${id}'`;
    });
  }
  return replaced;
}

/** Lambda does not publish what has not changed, and an alias stays on what is not published. */
function versionFaults(
  old: Map<string, string>,
  next: Map<string, string>,
  kept: string[],
  isChanged: (id: string) => boolean,
): string[] {
  return kept.flatMap((id) => {
    const [was, is] = [old.get(id), next.get(id)];
    if (was === undefined || is === undefined) return [];
    if (was !== is && !isChanged(id)) return [`${id} gets a new version without a change`];
    if (was === is && isChanged(id)) return [`${id} changes without a new version`];
    return [];
  });
}

/** A version that is published keeps its role, and serves until the traffic has moved. */
function roleFaults(
  old: Resources,
  next: Resources,
  oldVersions: Map<string, string>,
  oldNames: Names,
  nextNames: Names,
): string[] {
  return [...oldVersions.keys()].flatMap((id) => {
    const [role = ''] = references(old[id]?.Properties['Role']);
    if (!next[role] || !next[id]) return [];
    const has = new Set(permissions(role, next, nextNames));
    const lost = permissions(role, old, oldNames).filter((one) => !has.has(one));
    return lost.length > 0 ? [`the serving version of ${id} loses ${lost.join(', ')}`] : [];
  });
}

/** What a role may do, one action on one resource each. */
function permissions(role: string, resources: Resources, names: Names): string[] {
  const inline = (resources[role]?.Properties['Policies'] ?? []) as { PolicyDocument: unknown }[];
  const attached = ofType(resources, 'AWS::IAM::Policy')
    .filter(([, { Properties }]) => references(Properties['Roles']).includes(role))
    .map(([, { Properties }]) => Properties);
  return [...inline, ...attached].flatMap(({ PolicyDocument }) => {
    const { Statement } = resolve(PolicyDocument, names) as {
      Statement: { Action: string | string[]; Resource: string | string[] }[];
    };
    return Statement.flatMap(({ Action, Resource }) =>
      [Action].flat().flatMap((action) => [Resource].flat().map((one) => `${action} on ${one}`)),
    );
  });
}

/** API Gateway calls a new target from the moment that an integration or a route has it. */
function permissionFaults(old: Resources, next: Resources, oldNames: Names, nextNames: Names): string[] {
  const granted = ofType(next, 'AWS::Lambda::Permission');
  const target = (resource: Resource | undefined, name: string, names: Names) =>
    resource && String(resolve(resource.Properties[name], names));
  const isThere = (id: string) =>
    old[id] && same(resolve(old[id].Properties, oldNames), resolve(next[id]?.Properties, nextNames));

  /** Those of the permissions that are given after the resource has its target. */
  const early = (id: string, allowing: [string, Resource][]) => {
    const before = predecessors(id, next);
    return allowing
      .filter(([permission]) => !isThere(permission) && !before.has(permission))
      .map(([permission]) => `${id} does not wait for ${permission}`);
  };

  const integrations = ofType(next, 'AWS::ApiGatewayV2::Integration').flatMap(([id, resource]) => {
    const uri = target(resource, 'IntegrationUri', nextNames);
    if (target(old[id], 'IntegrationUri', oldNames) === uri) return [];
    const allowing = granted.filter(
      ([, { Properties }]) => String(resolve(Properties['FunctionName'], nextNames)) === uri,
    );
    return allowing.length === 0 ? [`${id} has no permission for ${uri}`] : early(id, allowing);
  });
  const routes = ofType(next, 'AWS::ApiGatewayV2::Route').flatMap(([id, resource]) => {
    const [authorizer] = references(resource.Properties['AuthorizerId']);
    const allowing = granted.filter(
      ([, { Properties }]) => authorizer && references(Properties['SourceArn']).includes(authorizer),
    );
    return early(id, allowing);
  });
  return [...integrations, ...routes];
}

/** The regions in which a table had a replica and has none any more. */
function lostReplicas(old: Resource | undefined, next: Resource | undefined): string[] {
  const regions = (resource: Resource | undefined) =>
    ((resource?.Properties['Replicas'] ?? []) as { Region: unknown }[]).map(({ Region }) =>
      String(resolve(Region, {})),
    );
  const left = regions(next);
  return regions(old).filter((region) => !left.includes(region));
}
