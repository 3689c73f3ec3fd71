import { startHttp } from '../support/hosts.ts';
import { describeContract } from './all.ts';

describeContract(
  'the API over HTTP, to callers with sessions of their own',
  () => startHttp('owner'),
  'authenticated',
);
