/** A line that a function has logged on this machine. */
export interface LogLine {
  functionName: string;
  text: string;
  /** `failure`: what a 500 was, with its message and its stack. `init`: logged before the first request. */
  kind: 'line' | 'failure' | 'init';
}
