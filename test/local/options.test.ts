import { homedir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readOptions } from '../../local/options.ts';
import { StartError } from '../../local/start-error.ts';

describe('what npm start is told', () => {
  it('is port 3000, an embedded DynamoDB on port 8000 and no settings by default', () => {
    expect(readOptions([], {})).toEqual({
      port: 3000,
      dynamodbPort: 8000,
      dynamodbEndpoint: undefined,
      dataDirectory: undefined,
      apiKeys: undefined,
      jwtIssuerPort: 8001,
      context: {},
      consolePort: undefined,
      detail: 'failures',
      watch: false,
      inspect: false,
      eventsTo: undefined,
    });
  });

  it('is read from the environment and from -c key=value', () => {
    expect(
      readOptions(['-c', 'stage=prod', '--context', 'alarmEmail=a=b'], {
        PORT: '4000',
        DYNAMODB_PORT: '0',
        DYNAMODB_ENDPOINT: 'http://127.0.0.1:8001/',
      }),
    ).toEqual({
      port: 4000,
      dynamodbPort: 0,
      dynamodbEndpoint: 'http://127.0.0.1:8001',
      dataDirectory: undefined,
      apiKeys: undefined,
      jwtIssuerPort: 8001,
      context: { stage: 'prod', alarmEmail: 'a=b' },
      consolePort: undefined,
      detail: 'failures',
      watch: false,
      inspect: false,
      eventsTo: undefined,
    });
  });

  it.each([
    ['~/x', {}, join(homedir(), 'x')],
    ['~', {}, homedir()],
    ['data', { INIT_CWD: '/where/typed' }, '/where/typed/data'],
    ['/data/~', { INIT_CWD: '/where/typed' }, '/data/~'],
  ])('is the folder that was meant by --data=%s', (data, environment, folder) => {
    expect(readOptions([`--data=${data}`], environment).dataDirectory).toBe(folder);
  });

  it('is the keys of an API with keys', () => {
    expect(readOptions(['-c', 'auth=api-key'], { API_KEYS: 'k1,k2' }).apiKeys).toEqual(['k1', 'k2']);
  });

  it.each([
    [[], { PORT: 'abc' }, /^PORT=abc: expected a port/],
    [[], { PORT: '65536' }, /^PORT=65536: expected a port/],
    [[], { DYNAMODB_PORT: '-1' }, /^DYNAMODB_PORT=-1: expected a port/],
    [[], { DYNAMODB_ENDPOINT: 'localhost:8000' }, /^DYNAMODB_ENDPOINT=localhost:8000: expected a URL/],
    [
      [],
      { DYNAMODB_ENDPOINT: 'http://127.0.0.1:8000/db' },
      'DYNAMODB_ENDPOINT=http://127.0.0.1:8000/db: expected no path, query or user, only http://127.0.0.1:8000',
    ],
    [[], { API_KEYS: 'k1' }, 'API_KEYS: only with -c auth=api-key'],
    [['-c', 'auth=api-key'], { API_KEYS: 'k1,,k2' }, /^API_KEYS: expected keys of 1 to 256/],
    [[], { CONSOLE_PORT: 'x' }, /^CONSOLE_PORT=x: expected a port/],
    [['--quiet', '--verbose'], {}, '--quiet and --verbose: choose one'],
    [['--events-to', 'http://127.0.0.1:4000/x'], {}, '--events-to: only with -c events=on'],
    [
      ['-c', 'events=on', '--events-to', 'http://10.0.0.1/'],
      {},
      '--events-to http://10.0.0.1/: expected a URL such as http://127.0.0.1:4000/events',
    ],
    [
      ['-c', 'events=on', '--events-to', 'localhost'],
      {},
      '--events-to localhost: expected a URL such as http://127.0.0.1:4000/events',
    ],
    [['--inspect'], {}, '--inspect: only with npm run dev -- --inspect'],
    [[], { JWT_ISSUER_PORT: 'x' }, /^JWT_ISSUER_PORT=x: expected a port/],
    [['-c', 'stage'], {}, /^-c stage: expected key=value/],
    [['-c', '=dev'], {}, /^-c =dev: expected key=value/],
    [['-c'], {}, /npm start -- --help/],
    [['--port', '1'], {}, /npm start -- --help/],
    [['dev'], {}, /npm start -- --help/],
  ])('is rejected in one clear line: %j %j', (args, environment, message) => {
    const reading = () => readOptions(args, environment);
    expect(reading).toThrow(StartError);
    expect(reading).toThrow(message);
    expect(reading).not.toThrow(/\n/);
  });
});
