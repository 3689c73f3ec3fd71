import { describe, expect, it } from 'vitest';
import { resolveIntrinsics } from '../../../local/stack/intrinsics.ts';

const names = { Table: 'sessions', 'AWS::Region': 'eu-west-1' };

describe('an intrinsic function', () => {
  it.each([
    ['plain', 'plain'],
    [{ Ref: 'Table' }, 'sessions'],
    [{ 'Fn::Join': ['', ['https://', { Ref: 'AWS::Region' }, '.example']] }, 'https://eu-west-1.example'],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: CloudFormation's own syntax
    [{ 'Fn::Sub': 'a ${Table} in ${AWS::Region}' }, 'a sessions in eu-west-1'],
    [
      { Ref: 'Table', other: 1 },
      { Ref: 'Table', other: 1 },
    ],
    [
      [{ Ref: 'Table' }, 1, null],
      ['sessions', 1, null],
    ],
  ])('is replaced: %j', (value, resolved) => {
    expect(resolveIntrinsics(value, names)).toEqual(resolved);
  });

  it.each([[{ Ref: 'Nothing' }], [{ 'Fn::Select': [0, ['a']] }], [{ 'Fn::GetAtt': ['Table', 'Arn'] }]])(
    'that the local host does not know is an error, not a wrong value: %j',
    (value) => {
      expect(() => resolveIntrinsics(value, names)).toThrow('The local host does not know');
    },
  );
});
