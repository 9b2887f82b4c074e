!function(){var u=require("url"),p=u.parse("http://a.com/b?c=1",!1),q=new u.URL("http://a.com/b?c=1");console.log(p.path,q.pathname + q.search,q.search.slice(1))}();
