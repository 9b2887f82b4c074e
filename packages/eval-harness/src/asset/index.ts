export type { Application, DeclinedSite, EvaluatedAsset } from './asset.js';
export { controlAsset } from './control-asset.js';
export { libraryAsset } from './library-asset.js';
export { ruleAsset, type RuleIdentity, type RuleLinter } from './rule-asset.js';
export { sourceCodemodAsset, type SourceCodemod, type SourceCodemodIdentity } from './source-codemod.js';
