import { z } from 'zod';

/** JSON, as steps, inputs and signals carry it. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json | undefined };

/** Parses {@link Json}; zod's own type for it is mutable. */
export const jsonSchema = z.json() as unknown as z.ZodType<Json>;
