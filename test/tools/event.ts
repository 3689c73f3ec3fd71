/** `npm run -s event -- GetSession` prints an event of a function, for `sam local invoke`. */
import { routes } from '../../infra/routes.ts';
import { sampleEvent } from '../support/sample-event.ts';

const route = routes.find(({ id }) => id === process.argv[2]);
if (route) console.log(JSON.stringify(sampleEvent(route), undefined, 2));
else {
  console.error(`usage: npm run -s event -- <one of ${routes.map(({ id }) => id).join(', ')}>`);
  process.exitCode = 1;
}
