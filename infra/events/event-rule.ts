/** A rule that matches one type of event of one deployment: several may share a bus. */
import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import { type IEventBus, type OnEventOptions, Rule } from 'aws-cdk-lib/aws-events';
import type { Construct } from 'constructs';
import { EVENT_SOURCE, type EventType } from '../../functions/session/event.ts';

interface Source {
  bus: IEventBus;
  table: ITable;
  type: EventType;
}

export function addEventRule(
  scope: Construct,
  id: string,
  { bus, table, type }: Source,
  { target, eventPattern, crossStackScope, description, ruleName }: OnEventOptions,
): Rule {
  const rule = new Rule(crossStackScope ?? scope, id, {
    eventBus: bus,
    eventPattern: { source: [EVENT_SOURCE], detailType: [type], detail: { table: [table.tableName] } },
    ...(description !== undefined && { description }),
    ...(ruleName !== undefined && { ruleName }),
  });
  if (eventPattern) rule.addEventPattern(eventPattern);
  rule.addTarget(target);
  return rule;
}
