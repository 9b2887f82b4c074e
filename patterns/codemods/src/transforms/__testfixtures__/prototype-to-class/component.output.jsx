import { render } from './render.js';

class View {
  constructor(props) {
    this.props = props;
  }
  draw() {
    return (
      <ul>
        <li>{this.props.text}</li>
      </ul>
    );
  }
}

render(new View({ text: 'a' }).draw());
