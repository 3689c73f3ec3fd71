import { startDirect } from '../support/hosts.ts';
import { describeContract } from './all.ts';

describeContract('the handlers, called directly', startDirect);
