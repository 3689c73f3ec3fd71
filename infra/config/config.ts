/**
 * The deployment's settings: CDK context, from `-c key=value` or cdk.json, checked. Both `cdk deploy` and
 * `npm start` read them here.
 */

import type { AuthOptions } from './auth.ts';
import { checkTogether } from './combinations.ts';
import { ConfigError } from './config-error.ts';
import { type Given, readContext } from './context.ts';
import type { Setting } from './setting-kinds.ts';
import { type SettingName, settings, type Values } from './settings.ts';
import { isProduction } from './stage.ts';
import { toTags } from './tags.ts';

/** The settings as the stack uses them: those of access in one, dependent defaults filled in. */
export interface Config
  extends Omit<
    Values,
    'auth' | 'jwtIssuer' | 'jwtAudience' | 'ownerClaim' | 'serviceScope' | 'list' | 'deploy'
  > {
  auth: AuthOptions;
  list: 'on' | 'off';
  /** Data, keys and logs outlive the stack; false for `dev`. */
  isProduction: boolean;
  deploy: 'at-once' | 'canary';
}

/** @throws ConfigError for an unknown key, an invalid value, or values that contradict each other. */
export function readConfig(context: Readonly<Record<string, unknown>>): Config {
  const given = readContext(context);
  const entries = Object.keys(settings).map((name) => [name, read(name as SettingName, given[name])]);
  const { auth, jwtIssuer, jwtAudience, ownerClaim, serviceScope, ...values } = Object.fromEntries(
    entries,
  ) as Values;
  const config: Config = {
    ...values,
    auth: buildAuth({ auth, jwtIssuer, jwtAudience, ownerClaim, serviceScope }),
    list: values.list ?? (auth === 'none' ? 'off' : 'on'),
    isProduction: isProduction(values.stage),
    deploy: values.deploy ?? (isProduction(values.stage) ? 'canary' : 'at-once'),
  };
  checkTogether(config, (name, value) => `-c ${name}=${value}`);
  checkAlternatives(config);
  return config;
}

/** @throws ConfigError for an invalid value. */
function read(name: SettingName, given: Given | undefined): unknown {
  const setting: Setting<unknown> = settings[name];
  const written = given === undefined ? setting.default : String(given.value);
  if (written === undefined) return undefined;
  const value = setting.parse(written);
  if (value === undefined) {
    const where = given?.source.startsWith('cdk.json') ? `${given.source}: ` : '-c ';
    throw new ConfigError(`${where}${name}=${written}: expected ${setting.expected}`);
  }
  return value;
}

/** @throws ConfigError for settings of another kind of access. */
function buildAuth({
  auth: kind,
  jwtIssuer: issuer,
  jwtAudience: audience,
  ownerClaim,
  serviceScope,
}: Pick<Values, 'auth' | 'jwtIssuer' | 'jwtAudience' | 'ownerClaim' | 'serviceScope'>): AuthOptions {
  if (kind === 'jwt') {
    if (issuer !== undefined && audience.length > 0) {
      if (serviceScope !== undefined && ownerClaim === undefined) {
        const why = 'without it every caller is a service';
        throw new ConfigError(`-c serviceScope=${serviceScope}: only with -c ownerClaim; ${why}`);
      }
      return {
        ...{ kind, issuer, audience },
        ...(ownerClaim !== undefined && { ownerClaim }),
        ...(serviceScope !== undefined && { serviceScope }),
      };
    }
    throw new ConfigError('-c auth=jwt: needs -c jwtIssuer=<https URL> and -c jwtAudience=<audience>');
  }
  const jwtSettings = { jwtIssuer: issuer, jwtAudience: audience.join(), ownerClaim, serviceScope };
  const stray = Object.entries(jwtSettings).find(([, value]) => value);
  if (stray) throw new ConfigError(`-c ${stray[0]}=${stray[1]}: only with -c auth=jwt`);
  return { kind };
}

/** @throws ConfigError for settings of the app alone that contradict each other. */
function checkAlternatives(config: Config): void {
  const { existingTable, replicas } = config;
  if (config.deploy === 'canary' && !config.isProduction) {
    throw new ConfigError('-c deploy=canary: not for dev, whose functions have no versions to shift between');
  }
  if (existingTable !== undefined && replicas.length > 0) {
    throw new ConfigError(`-c existingTable=${existingTable}: expected no -c replicas`);
  }
  const { events, eventBus, tableStreamArn } = config;
  if (eventBus !== undefined && events === 'off')
    throw new ConfigError(`-c eventBus=${eventBus}: only with -c events=on`);
  if (tableStreamArn !== undefined && (events === 'off' || existingTable === undefined))
    throw new ConfigError(`-c tableStreamArn=${tableStreamArn}: only with -c existingTable and -c events=on`);
  if (existingTable !== undefined && events === 'on' && tableStreamArn?.split('/')[1] !== existingTable) {
    throw new ConfigError(
      `-c events=on: with -c existingTable=${existingTable} it needs -c tableStreamArn, the stream of that table ` +
        'with its new and old images',
    );
  }
  if (config.alarmEmail !== undefined && config.alarmTopicArn !== undefined) {
    throw new ConfigError('-c alarmEmail and -c alarmTopicArn: choose one; a topic may have the address');
  }
  const keys = toTags(config.tags).map(({ key }) => key);
  if (new Set(keys).size < keys.length)
    throw new ConfigError(`-c tags=${config.tags}: expected each key once`);
  const { domainName, certificateArn, executeApi } = config;
  if ((domainName === undefined) !== (certificateArn === undefined)) {
    throw new ConfigError('-c domainName and -c certificateArn: only together');
  }
  if (executeApi === 'off' && domainName === undefined) {
    throw new ConfigError('-c executeApi=off: only with -c domainName, or nobody could call the API');
  }
}
