import e from"./e.js";export const f=async(...t)=>{await Promise.all(t.map(async t=>e(t)));return 1};
