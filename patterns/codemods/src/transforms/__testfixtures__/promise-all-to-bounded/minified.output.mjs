import e from"./e.js";
import pMap from "p-map";export const f=async(...t)=>{await pMap(t, async t=>e(t), { concurrency: 8 });return 1};
