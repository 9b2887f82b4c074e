import { sep } from 'path';
export const View = ({ fs }: { fs: string }) => <a href="fs">{sep}fs</a>;
