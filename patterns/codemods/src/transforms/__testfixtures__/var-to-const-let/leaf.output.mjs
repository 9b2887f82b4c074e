export { later };
export const first = 1;
const later = first;
