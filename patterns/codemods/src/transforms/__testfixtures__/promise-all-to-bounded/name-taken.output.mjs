const pMap = new Map();
export const all = async (...items) => Promise.all(items.map(async (item) => pMap.get(item)));
