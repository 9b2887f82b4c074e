var React = require('react');

module.exports = function Page() {
  var title = <h1>Title</h1>;
  if (title) { var h = React.createElement; log(h); }
  return title;
};
