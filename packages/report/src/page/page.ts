import { createHash } from 'node:crypto';
import { type Content, Html, html } from '../html/html.js';
import { style } from './style.js';

/** How something stands, for its colour; the words say it too. */
export type Tone = 'good' | 'bad' | 'waiting' | 'soft';

/** One part of a page. A part without content is left out. */
export interface Section {
  readonly title: string;
  readonly content: Content;
}

export interface Page {
  /** What the page is about. */
  readonly title: string;
  readonly state: { readonly text: string; readonly tone: Tone };
  /** Short facts, in order; those without a value are left out. */
  readonly facts: readonly (readonly [name: string, value: Content])[];
  readonly sections: readonly Section[];
  /** What made the page, and of what. */
  readonly source: string;
}

/**
 * Renders a page as one HTML file. It fetches nothing and runs nothing: its policy allows its own style and no script, image, form,
 * frame or connection.
 */
export function renderPage({ title, state, facts, sections, source }: Page): string {
  const policy = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'; base-uri 'none'; form-action 'none'`;
  const isThere = (content: Content): boolean => html`${content}`.markup !== '';
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${policy}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${title.split('\n', 1)}</title>
        <style>${styleSheet}</style>
      </head>
      <body>
        <header>
          <h1>${title}</h1>
          ${badge(state.text, state.tone)}
          <dl>
            ${facts
              .filter(([, value]) => isThere(value))
              .map(
                ([name, value]) =>
                  html`<dt>${name}</dt>
                    <dd>${value}</dd> `,
              )}
          </dl>
        </header>
        <main>
          ${sections
            .filter(({ content }) => isThere(content))
            .map(
              (section) =>
                html`<section>
                  <h2>${section.title}</h2>
                  ${section.content}
                </section> `,
            )}
        </main>
        <footer>${source}</footer>
      </body>
    </html> `.markup;
}

/** Hashed as it is, so it is not escaped. */
const styleSheet = new Html(style);

/** A word with its colour. */
export const badge = (text: string, tone: Tone) => html`<span class="badge ${tone}">${text}</span>`;
