import url from 'url';
export const base = url.parse('https://example.com/');
const other = url.parse('https://example.com/');
export { other };
