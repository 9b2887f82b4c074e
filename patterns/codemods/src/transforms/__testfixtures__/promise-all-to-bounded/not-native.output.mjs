import Promise from 'bluebird';
export const all = async (...items) => Promise.all(items.map(async (item) => item.run()));
