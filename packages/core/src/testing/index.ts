export { describeEngineContract, type EngineContractOptions } from './engine-contract.js';
