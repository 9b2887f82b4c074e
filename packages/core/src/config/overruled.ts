import { isDeepStrictEqual } from 'node:util';
import type { Config, ResolvedConfig } from './config.js';

/** A setting of a repository's file that changes nothing: what its user allows is stricter already, or was said by the user. */
export interface OverruledSetting {
  /** As a dotted name. */
  readonly name: string;
  readonly stated: unknown;
  readonly holds: unknown;
}

/** What a repository's file says otherwise than it holds. */
export function overruledSettings({ $schema: _, ...sections }: Config, resolved: ResolvedConfig): OverruledSetting[] {
  return Object.entries(sections).flatMap(([section, settings]) =>
    Object.entries<unknown>(settings ?? {}).flatMap(([key, stated]) => {
      const holds = (resolved[section as keyof ResolvedConfig] as Readonly<Record<string, unknown>>)[key];
      return stated === undefined || isDeepStrictEqual(stated, holds)
        ? []
        : [{ name: `${section}.${key}`, stated, holds }];
    }),
  );
}
