import { parse } from 'url';
export const Link = () => <a title={parse('https://example.com/a').hostname}>url.parse('/a').path</a>;
