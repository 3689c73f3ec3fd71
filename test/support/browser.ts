/** A headless Chromium. */
import { spawnSync } from 'node:child_process';
import { type Browser, chromium } from 'playwright-core';

const NAME = process.env['CHROMIUM'] ?? 'chromium';

/** Nothing but the page: no service of the browser's maker is called. */
const ARGUMENTS = [
  ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
  ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
];

export function launchBrowser(): Promise<Browser> {
  const path = spawnSync('sh', ['-c', `command -v ${NAME}`], { encoding: 'utf8' }).stdout.trim();
  return chromium.launch({ executablePath: path || NAME, args: ARGUMENTS });
}
