export { type DocumentProblem, judgeDocument, type Judged, placeName, problemLine } from './judge-document.js';
export { type PlacedProblem, placeProblems, problemsOf, readJson, type ReadJson } from './read-json.js';
export { anyOf } from './plain-words.js';
