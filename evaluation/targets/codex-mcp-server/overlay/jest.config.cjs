// The published files carry the compiled tests as ES modules, but not the configuration that runs them.
module.exports = {
  testEnvironment: 'node',
  testMatch: ['<rootDir>/dist/__tests__/*.test.js'],
  transform: {
    '\\.js$': [
      'babel-jest',
      { configFile: false, babelrc: false, plugins: ['@babel/plugin-transform-modules-commonjs'] },
    ],
  },
  transformIgnorePatterns: ['/node_modules/(?!chalk/)'],
  cache: false,
  watchman: false,
};
