var util = require('util');
var React = require('react');
function Panel() {}
util.inherits(Panel, React.Component);
Panel.prototype.render = function () { return <div />; };
module.exports = () => <Panel />;
