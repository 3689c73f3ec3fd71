import { describe, expect, it } from 'vitest';
import { ConfigError } from '../../../infra/config-error.ts';
import { readLocalSettings } from '../../../infra/local/settings.ts';

describe('what npm start is told', () => {
  it('is port 3000, an embedded DynamoDB on port 8000 and no settings by default', () => {
    expect(readLocalSettings([], {})).toEqual({
      port: 3000,
      dynamodbPort: 8000,
      dynamodbEndpoint: undefined,
      context: {},
    });
  });

  it('is read from the environment and from -c key=value', () => {
    expect(
      readLocalSettings(['-c', 'stage=prod', '--context', 'tableName=a=b'], {
        PORT: '4000',
        DYNAMODB_PORT: '0',
        DYNAMODB_ENDPOINT: 'http://127.0.0.1:8001/',
      }),
    ).toEqual({
      port: 4000,
      dynamodbPort: 0,
      dynamodbEndpoint: 'http://127.0.0.1:8001',
      context: { stage: 'prod', tableName: 'a=b' },
    });
  });

  it.each([
    [[], { PORT: 'abc' }, /^PORT=abc: expected a port/],
    [[], { PORT: '65536' }, /^PORT=65536: expected a port/],
    [[], { DYNAMODB_PORT: '-1' }, /^DYNAMODB_PORT=-1: expected a port/],
    [[], { DYNAMODB_ENDPOINT: 'localhost:8000' }, /^DYNAMODB_ENDPOINT=localhost:8000: expected a URL/],
    [['-c', 'stage'], {}, /^-c stage: expected key=value/],
    [['-c', '=dev'], {}, /^-c =dev: expected key=value/],
    [['-c'], {}, /usage: npm start/],
    [['--port', '1'], {}, /usage: npm start/],
    [['dev'], {}, /usage: npm start/],
  ])('is refused in one clear line: %j %j', (args, environment, message) => {
    const reading = () => readLocalSettings(args, environment);
    expect(reading).toThrow(ConfigError);
    expect(reading).toThrow(message);
    expect(reading).not.toThrow(/\n/);
  });
});
