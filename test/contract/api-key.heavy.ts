import { startHttp } from '../support/hosts.ts';
import { describeContract } from './all.ts';

describeContract('the API over HTTP, with API keys', () => startHttp('api-key'), 'authenticated');
