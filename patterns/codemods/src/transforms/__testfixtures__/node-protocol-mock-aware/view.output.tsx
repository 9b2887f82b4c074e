import { sep } from 'node:path';
export const View = ({ fs }: { fs: string }) => <a href="fs">{sep}fs</a>;
