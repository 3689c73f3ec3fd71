import { startHttp } from '../support/hosts.ts';
import { describeContract } from './all.ts';

describeContract('the API over HTTP, with tokens', () => startHttp('jwt'), 'authenticated');
