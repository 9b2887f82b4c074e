/** Node's modules that can be loaded without `node:` (those that cannot are named with it already). */
export const builtins: ReadonlySet<string> = new Set(
  (
    'assert assert/strict async_hooks buffer child_process cluster console constants crypto dgram diagnostics_channel ' +
    'dns dns/promises domain events fs fs/promises http http2 https inspector inspector/promises module net os path ' +
    'path/posix path/win32 perf_hooks process punycode querystring readline readline/promises repl stream ' +
    'stream/consumers stream/promises stream/web string_decoder sys timers timers/promises tls trace_events tty url ' +
    'util util/types v8 vm wasi worker_threads zlib'
  ).split(' '),
);

/** Those without effects outside the process, which a test has little reason to replace. */
const computing = new Set(
  (
    'assert assert/strict async_hooks buffer constants diagnostics_channel events module path path/posix path/win32 ' +
    'perf_hooks punycode querystring stream stream/consumers stream/promises stream/web string_decoder sys url util ' +
    'util/types v8 vm zlib'
  ).split(' '),
);

/** Whether tests commonly replace this module, since it reaches outside the process. */
export const isCommonlyMocked = (name: string): boolean => !computing.has(name);
