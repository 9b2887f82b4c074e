import type { Step } from '../cassette/step.js';
import type { ModelRequest } from '../request/model-request.js';
import { cwdOf } from '../request/transcript.js';

/** Thrown when a script asks for something the request does not tell. */
export class UnknownPlaceholder extends Error {}

const fill = (value: unknown, replace: (text: string) => string): unknown => {
  if (typeof value === 'string') return replace(value);
  if (Array.isArray(value)) return value.map((entry) => fill(entry, replace));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, fill(entry, replace)]));
};

/** Puts the request's working folder in place of `${cwd}`. Throws {@link UnknownPlaceholder} when it has none. */
export function fillPlaceholders(step: Step, request: ModelRequest): Step {
  return fill(step, (text) =>
    text.replaceAll('${cwd}', () => {
      const cwd = cwdOf(request);
      if (cwd === undefined)
        throw new UnknownPlaceholder(
          'this step uses ${cwd}, but the request has no <environment_context> with a <cwd>',
        );
      return cwd;
    }),
  ) as Step;
}
