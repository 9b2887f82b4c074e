import { parse } from 'url';
export const Link = () => <a title={new URL('https://example.com/a').hostname}>url.parse('/a').path</a>;
