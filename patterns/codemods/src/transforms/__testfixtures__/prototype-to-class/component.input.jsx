import { render } from './render.js';

function View(props) {
  this.props = props;
}
View.prototype.draw = function () {
  return (
    <ul>
      <li>{this.props.text}</li>
    </ul>
  );
};

render(new View({ text: 'a' }).draw());
