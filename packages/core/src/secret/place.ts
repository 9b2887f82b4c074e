/** A part of a text that holds a secret, or several that overlap. */
export interface Place {
  readonly start: number;
  /** Behind the last character. */
  readonly end: number;
  /** Of the longest secret in it. */
  readonly name: string;
  /** Of that secret, as it is spelt here. */
  readonly length: number;
}

/** Adds an occurrence to places in order. Ends only grow, so what it overlaps is at the end of the list. */
export function addPlace(places: Place[], end: number, length: number, name: string): void {
  let place: Place = { start: end - length, end, name, length };
  for (let last = places.at(-1); last && last.end > place.start; last = places.at(-1)) {
    const longest = last.length >= place.length ? last : place;
    place = { start: Math.min(last.start, place.start), end, name: longest.name, length: longest.length };
    places.pop();
  }
  places.push(place);
}
