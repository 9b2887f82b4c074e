import { z } from 'zod';
import { type Step, stepSchema } from './step.js';

/** A scripted piece of conversation: what a request must look like, and what the model then does, step by step. */
export interface Scene {
  /** Unique in its script; shown in reports and errors. */
  readonly scene: string;
  /** Both are regular expressions in which `.` matches line ends too. Absent ones match everything. */
  readonly when?:
    | {
        /** Over the instructions and the system and developer messages. */
        readonly agent?: string | undefined;
        /** Over the last message the user really wrote. */
        readonly input?: string | undefined;
      }
    | undefined;
  /** How many turns this scene serves; any number when absent. */
  readonly times?: number | undefined;
  readonly steps: readonly Step[];
}

const pattern = z.string().refine(
  (source) => {
    try {
      new RegExp(source, 's');
      return true;
    } catch {
      return false;
    }
  },
  { error: 'must be a valid regular expression' },
);

/** Checks one {@link Scene}. */
export const sceneSchema: z.ZodType<Scene> = z.strictObject({
  scene: z.string().min(1),
  when: z.strictObject({ agent: pattern.optional(), input: pattern.optional() }).optional(),
  times: z.number().int().positive().optional(),
  steps: z.array(stepSchema).min(1),
});
